import com.typesafe.config.ConfigFactory;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Pekko typed, on one dispatcher thread: the same work as bench/runtime/ours.ts. Prints `name value` lines. */
public class Bench {
  private static final int BATCH = 1000;

  interface Command {}
  record Add(int by) implements Command {}
  record Total(ActorRef<Integer> to) implements Command {}
  record Ball(int left, ActorRef<Command> to) implements Command {}
  record Follow(ActorRef<Command> next) implements Command {}
  record Hop(int left) implements Command {}
  record Part(int by) implements Command {}
  record Work(int by) implements Command {}
  record Spawn(int actors, CompletableFuture<Long> done) implements Command {}
  record Make(Behavior<Command> of, CompletableFuture<ActorRef<Command>> made) implements Command {}

  /** Makes the others. */
  static Behavior<Command> guardian() {
    return Behaviors.setup(context -> Behaviors.receive(Command.class)
        .onMessage(Make.class, make -> {
          make.made.complete(context.spawnAnonymous(make.of));
          return Behaviors.same();
        })
        .onMessage(Spawn.class, spawn -> {
          long startedAt = System.nanoTime();
          for (int i = 0; i < spawn.actors; i++) context.spawnAnonymous(counter());
          spawn.done.complete(System.nanoTime() - startedAt);
          return Behaviors.same();
        })
        .build());
  }

  static Behavior<Command> counter() {
    return Behaviors.setup(context -> {
      int[] n = {0};
      return Behaviors.receive(Command.class)
          .onMessage(Add.class, add -> {
            n[0] += add.by;
            return Behaviors.same();
          })
          .onMessage(Total.class, total -> {
            total.to.tell(n[0]);
            return Behaviors.same();
          })
          .build();
    });
  }

  static Behavior<Command> player(CompletableFuture<Void> done) {
    return Behaviors.setup(context -> Behaviors.receive(Command.class)
        .onMessage(Ball.class, ball -> {
          if (ball.left == 0) done.complete(null);
          else ball.to.tell(new Ball(ball.left - 1, context.getSelf()));
          return Behaviors.same();
        })
        .build());
  }

  static Behavior<Command> node(CompletableFuture<Void> done) {
    return Behaviors.setup(context -> {
      @SuppressWarnings("unchecked")
      ActorRef<Command>[] next = new ActorRef[1];
      return Behaviors.receive(Command.class)
          .onMessage(Follow.class, follow -> {
            next[0] = follow.next;
            return Behaviors.same();
          })
          .onMessage(Hop.class, hop -> {
            if (hop.left == 0) done.complete(null);
            else next[0].tell(new Hop(hop.left - 1));
            return Behaviors.same();
          })
          .build();
    });
  }

  static Behavior<Command> collector(int parts, CompletableFuture<Void> done) {
    int[] n = {0};
    return Behaviors.receive(Command.class)
        .onMessage(Part.class, part -> {
          n[0] += part.by;
          if (n[0] == parts) done.complete(null);
          return Behaviors.same();
        })
        .build();
  }

  static Behavior<Command> worker(ActorRef<Command> collector) {
    return Behaviors.receive(Command.class)
        .onMessage(Work.class, work -> {
          collector.tell(new Part(work.by));
          return Behaviors.same();
        })
        .build();
  }

  interface Measure { double perSecond() throws Exception; }

  /** The median of `rounds`, after one that warms up. */
  static void report(String name, int rounds, Measure measure) throws Exception {
    measure.perSecond();
    double[] figures = new double[rounds];
    for (int i = 0; i < rounds; i++) figures[i] = measure.perSecond();
    Arrays.sort(figures);
    System.out.println("pekko " + name + " " + Math.round(figures[rounds / 2]));
  }

  static double rate(long count, long startedAt) {
    return count * 1e9 / (System.nanoTime() - startedAt);
  }

  public static void main(String[] args) throws Exception {
    double scale = args.length > 0 ? Double.parseDouble(args[0]) : 1;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    ActorSystem<Command> system = ActorSystem.create(guardian(), "bench", ConfigFactory.parseString(
        "pekko.actor.default-dispatcher { type = Dispatcher, executor = thread-pool-executor, throughput = 128,"
            + " thread-pool-executor.fixed-pool-size = 1 }\npekko.loglevel = OFF\npekko.stdout-loglevel = OFF")
        .withFallback(ConfigFactory.load()));
    int tells = (int) (5e6 * scale), asks = (int) (1e6 * scale), exchanges = (int) (3e6 * scale);
    int laps = Math.max(2, (int) (1000 * scale)), joins = (int) (5e5 * scale), actors = (int) (2e5 * scale);

    report("tell", rounds, () -> {
      ActorRef<Command> counter = make(system, counter());
      long startedAt = System.nanoTime();
      for (int i = 0; i < tells; i++) counter.tell(new Add(1));
      ask(system, counter).toCompletableFuture().get();
      return rate(tells, startedAt);
    });
    report("ask", rounds, () -> {
      ActorRef<Command> counter = make(system, counter());
      long startedAt = System.nanoTime();
      for (int sent = 0; sent < asks; sent += BATCH) {
        CompletableFuture<?>[] replies = new CompletableFuture<?>[BATCH];
        for (int i = 0; i < BATCH; i++) replies[i] = ask(system, counter).toCompletableFuture();
        CompletableFuture.allOf(replies).get();
      }
      return rate(asks, startedAt);
    });
    report("ping-pong", rounds, () -> {
      CompletableFuture<Void> done = new CompletableFuture<>();
      ActorRef<Command> ping = make(system, player(done)), pong = make(system, player(done));
      long startedAt = System.nanoTime();
      ping.tell(new Ball(exchanges, pong));
      done.get();
      return rate(exchanges, startedAt);
    });
    report("ring", rounds, () -> {
      CompletableFuture<Void> done = new CompletableFuture<>();
      @SuppressWarnings("unchecked")
      ActorRef<Command>[] nodes = new ActorRef[1000];
      for (int i = 0; i < nodes.length; i++) nodes[i] = make(system, node(done));
      for (int i = 0; i < nodes.length; i++) nodes[i].tell(new Follow(nodes[(i + 1) % nodes.length]));
      long startedAt = System.nanoTime();
      nodes[0].tell(new Hop(1000 * laps - 1));
      done.get();
      return rate(1000L * laps, startedAt);
    });
    report("join", rounds, () -> {
      CompletableFuture<Void> done = new CompletableFuture<>();
      ActorRef<Command> collector = make(system, collector(8 * joins, done));
      @SuppressWarnings("unchecked")
      ActorRef<Command>[] workers = new ActorRef[8];
      for (int i = 0; i < workers.length; i++) workers[i] = make(system, worker(collector));
      long startedAt = System.nanoTime();
      for (int i = 0; i < joins; i++) for (ActorRef<Command> worker : workers) worker.tell(new Work(1));
      done.get();
      return rate(joins, startedAt);
    });
    report("spawn", rounds, () -> {
      CompletableFuture<Long> done = new CompletableFuture<>();
      system.tell(new Spawn(actors, done));
      return actors * 1e9 / done.get();
    });
    system.terminate();
  }

  static ActorRef<Command> make(ActorSystem<Command> system, Behavior<Command> of) throws Exception {
    CompletableFuture<ActorRef<Command>> made = new CompletableFuture<>();
    system.tell(new Make(of, made));
    return made.get();
  }

  static CompletionStage<Integer> ask(ActorSystem<Command> system, ActorRef<Command> counter) {
    return AskPattern.ask(counter, Total::new, java.time.Duration.ofSeconds(30), system.scheduler());
  }
}
