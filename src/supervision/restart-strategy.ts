export type RestartStrategy = 'one-for-one' | 'one-for-all' | 'rest-for-one'

/**
 * Which children restart when one crashes, in start order (OTP `supervisor`): itself, all, or itself and those that
 * were started after it. A pure decision.
 */
export function restartSet(
  strategy: RestartStrategy,
  children: readonly string[],
  crashed: string,
): readonly string[] {
  switch (strategy) {
    case 'one-for-one':
      return [crashed]
    case 'one-for-all':
      return children
    case 'rest-for-one':
      return children.slice(children.indexOf(crashed))
  }
}
