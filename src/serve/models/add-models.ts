import type { Kernel } from '../../kernel/kernel.ts'
import type { InferencePort, ModelTask } from '../../ports/inference.ts'
import type { Health } from '../health.ts'
import type { ServiceCore } from '../service.ts'
import { InferenceRoute } from './inference-route.ts'
import { ServedModels } from './served-models.ts'
import { textRoutes } from './text-routes.ts'

/** Puts a service's models behind its paths, and loads them. */
export async function addModels(
  core: ServiceCore,
  tasks: Readonly<Record<string, ModelTask<never, unknown>>>,
  kernel: Kernel,
  engine: () => Promise<InferencePort>,
  health: Health,
): Promise<void> {
  const models = new ServedModels(tasks, kernel, engine)
  if (models.all.length === 0) return
  const { settings, problem } = core
  const parts = { models, settings, kernel, problem }
  for (const [path, route] of textRoutes(parts)) core.add(path, route)
  const inference = new InferenceRoute({
    ...parts,
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
