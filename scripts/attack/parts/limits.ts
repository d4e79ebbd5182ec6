import process from 'node:process'
import { checkout } from '../../testbed/checkout.ts'
import { type RunResult, run } from '../../testbed/run.ts'
import type { Bench } from '../bench.ts'
import { expectWell, must } from '../invariant.ts'
import type { Part, Try } from '../part.ts'
import { ends, firstRun, prepare, type Scene } from '../scenes.ts'

/** Runs ca-sync after some lines of shell: `$1` is the folder that they are about. */
const runAfter = (
  lines: string,
  folder: string,
  { env, project }: Bench,
  words: readonly string[],
): Promise<RunResult> =>
  run('sh', ['-c', lines, 'sh', folder, process.execPath, checkout('dist/main.cjs'), ...words], {
    env,
    cwd: project,
  })

// What is on the small disk is what was in the folder; at the end, it is there again.
const onSmallDisk = (freePages: number): string => `
folder=$1; shift
mkdir -p "$folder" && cp -a "$folder" "$folder.copy" && mount -t tmpfs -o size=128k,mode=700 tmpfs "$folder" && cp -a "$folder.copy/." "$folder/" || exit 99
dd if=/dev/zero of="$folder/filler" bs=4k 2>/dev/null
[ ${freePages} = 0 ] || truncate -s -${freePages * 4096} "$folder/filler"
"$@"; code=$?
rm "$folder/filler"; rm -rf "$folder.copy"; cp -a "$folder" "$folder.copy"; umount "$folder"
rm -rf "$folder"; mv "$folder.copy" "$folder"
exit $code`

const readOnly = `
folder=$1; shift
mkdir -p "$folder" && mount --bind "$folder" "$folder" && mount -o remount,ro,bind "$folder" || exit 99
exec "$@"`

const inOwnMounts = (lines: string, folder: string, bench: Bench, words: readonly string[]): Promise<RunResult> =>
  runAfter(`unshare --user --map-root-user --mount sh -c '${lines}' sh "$@"`, folder, bench, words)

const limited = (title: string, scene: Scene, start: (bench: Bench) => Promise<RunResult>): Try => ({
  name: `${scene.title}, ${title}`,
  async run(bench) {
    await prepare(bench, scene)
    const said = await start(bench)
    must(!/this is a bug|^\s+at /m.test(said.stderr) && said.code !== 99, `it ended with ${said.code}: ${said.stderr}`)
    must(said.code === 0 || said.stderr !== '', `it ended with ${said.code ?? said.signal} and said nothing`)
    await expectWell(bench, [said])
  },
})

const folders = { state: 'state', config: "Poetry's folder" } as const

const onDisk = (scene: Scene): Try[] =>
  (Object.keys(folders) as (keyof typeof folders)[]).flatMap((which) => [
    limited(`${folders[which]} is read-only`, scene, (bench) =>
      inOwnMounts(readOnly, bench[which], bench, scene.words),
    ),
    ...[0, 1, 2, 3].map((pages) =>
      limited(`${folders[which]} has ${pages} pages left`, scene, (bench) =>
        inOwnMounts(onSmallDisk(pages), bench[which], bench, scene.words),
      ),
    ),
  ])

const openFiles = Array.from({ length: 10 }, (_, index) => 18 + 2 * index)

const withFewFiles = (most: number): Try =>
  limited(`${most} open files`, firstRun, (bench) =>
    runAfter(`shift; ulimit -n ${most}; exec "$@"`, '', bench, firstRun.words),
  )

async function canMount({ box }: Bench): Promise<boolean> {
  const { code } = await run(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', box.dir],
    { env: box.env },
  )
  return code === 0
}

/** Real ones of the system: a disk that is full or read-only, and few open files. */
export const limits: Part = {
  name: 'limits',
  seconds: 60,
  async tries(_, bench) {
    const mounting = await canMount(bench)
    if (!mounting) process.stderr.write('limits: this user may not mount: no full disks are tried\n')
    return [...(mounting ? ends.flatMap(onDisk) : []), ...openFiles.map(withFewFiles)]
  },
}
