import type { RestartStrategy } from '../ports/supervision.ts'

/**
 * Which children restart when one crashes, in start order (OTP `supervisor`): itself, all, or itself and those started
 * after it. A pure decision.
 */
export function restartSet<Child>(
  strategy: RestartStrategy,
  children: readonly Child[],
  crashed: Child,
): readonly Child[] {
  switch (strategy) {
    case 'one-for-one':
      return [crashed]
    case 'one-for-all':
      return children
    case 'rest-for-one':
      return children.slice(children.indexOf(crashed))
  }
}
