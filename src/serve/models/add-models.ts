import type { Kernel } from '../../kernel/kernel.ts'
import type { InferencePort, ModelTask } from '../../ports/inference.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Health } from '../health.ts'
import type { ServiceCore } from '../service.ts'
import type { ServiceOptions } from '../service-options.ts'
import { modelAs, pipelineAs } from './inferable.ts'
import { InferenceRoute } from './inference-route.ts'
import { ServedModels } from './served-models.ts'
import { textRoutes } from './text-routes.ts'

interface AddedModels {
  readonly tasks: Readonly<Record<string, ModelTask<never, unknown>>>
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly caller: ServiceOptions['caller']
}

/** Puts a service's models behind its paths, and loads them; its pipelines are models of the Open Inference Protocol too. */
export async function addModels(
  core: ServiceCore,
  { tasks, endpoints, caller }: AddedModels,
  kernel: Kernel,
  engine: () => Promise<InferencePort>,
  health: Health,
): Promise<void> {
  const models = new ServedModels(tasks, kernel, engine)
  const { settings, problem } = core
  if (models.all.length > 0)
    for (const [path, route] of textRoutes({ models, settings, kernel, problem })) core.add(path, route)
  const served = [
    ...[...endpoints.values()].map((one) => pipelineAs(one, kernel, settings)),
    // A model keeps its name before a pipeline of the same.
    ...models.all.map((one) => modelAs(models, one)),
  ]
  const inference = new InferenceRoute({
    served: new Map(served.map((one) => [one.name, one])),
    settings,
    kernel,
    problem,
    caller,
    isReady: () => health.reasons().length === 0,
    mayLoad: () => core.hasTokens,
  })
  core.add('/v2', inference)
  core.addBelow('/v2', inference)
  // Probes have no token.
  for (const rest of ['health/live', 'health/ready'])
    core.add(`/v2/${rest}`, {
      methods: ['GET'],
      isOpen: true,
      answer: (call, context) => inference.answer(call, { ...context, rest }),
    })
  await Promise.all(models.all.map((model) => health.loading(model.task, () => models.load(model))))
}
