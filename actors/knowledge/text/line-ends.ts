/** How a line may end. Files that several programs have written mix them. */
export const LINE_ENDS: string[] = ['\r\n', '\n', '\r']
