// Kills on a small disk that gets full: DISK=FOLDER node full-disk-kills.ts KILLS SEED. It prints what it saw as JSON.
import { killAgain } from './kills.ts'

const [kills, seed] = process.argv.slice(2)
console.log(JSON.stringify(await killAgain(Number(kills), Number(seed), process.env.DISK)))
