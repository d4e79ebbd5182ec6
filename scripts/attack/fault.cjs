// Loaded before ca-sync: counts its calls to the file system below a folder, and kills it at one, or lets one fail.
// TORTURE_FAULT: {"below": folder, "log": file} records each call, {"below", "at": N, "how": "kill" | "half" | CODE, "lasting"} strikes.
const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')
const { constants } = require('node:os')

const { below, log, at = 0, how, lasting = false } = JSON.parse(process.env.TORTURE_FAULT)
delete process.env.TORTURE_FAULT
const real = { ...fs, promises: { ...fs.promises } }
const written = new Map() // paths by descriptor
let calls = 0
let inside = false // a call that Node makes for another one

const isOurs = (path) => typeof path === 'string' && path.startsWith(below)
const die = () => process.kill(process.pid, 'SIGKILL')

function failure(kind, path) {
  const text = `${how}: injected, ${kind} '${path}'`
  return Object.assign(new Error(text), { code: how, errno: -constants.errno[how], syscall: kind, path })
}

/** Before each call. Throws where it is to fail; gives whether half of it is to be done. */
function strike(kind, path) {
  if (inside || !isOurs(path)) return false
  calls += 1
  if (log !== undefined) real.appendFileSync(log, `${kind} ${path}\n`)
  if (calls !== at && !(lasting && calls > at && at > 0)) return false
  if (how === 'kill') die()
  if (how === 'half') return kind === 'write'
  throw failure(kind, path)
}

function quietly(call) {
  inside = true
  try {
    return call()
  } finally {
    inside = false
  }
}

function half(fd, text) {
  const bytes = Buffer.from(text)
  real.writeSync(fd, bytes.subarray(0, Math.floor(bytes.length / 2)))
  die()
}

// By path; of two, the one that is changed counts.
const byPath = {
  rename: 'rename',
  unlink: 'unlink',
  rm: 'unlink',
  mkdir: 'mkdir',
  chmod: 'chmod',
  link: 'link',
  symlink: 'link',
  readFile: 'read',
  readdir: 'read',
}
for (const [name, kind] of Object.entries(byPath)) {
  const changed = (words) => (['rename', 'link', 'symlink'].includes(name) ? words[1] : words[0])
  fs[`${name}Sync`] = (...words) => {
    strike(kind, changed(words))
    return quietly(() => real[`${name}Sync`](...words))
  }
  fs.promises[name] = async (...words) => {
    strike(kind, changed(words))
    return real.promises[name](...words)
  }
}

const writes = (flags) => (typeof flags === 'number' ? (flags & 3) > 0 : !/^rs?$/.test(flags ?? 'r'))

fs.openSync = (path, flags, ...rest) => {
  strike(writes(flags) ? 'create' : 'read', path)
  const fd = real.openSync(path, flags, ...rest)
  if (isOurs(path) && writes(flags)) written.set(fd, path)
  return fd
}

// By descriptor. One that cannot be closed well is closed.
const byDescriptor = { fchmod: 'chmod', fchown: 'chown', futimes: 'chmod', fsync: 'fsync', ftruncate: 'write' }
for (const [name, kind] of Object.entries(byDescriptor)) {
  fs[`${name}Sync`] = (fd, ...words) => {
    strike(kind, written.get(fd))
    return real[`${name}Sync`](fd, ...words)
  }
}
fs.writeSync = (fd, text, ...rest) =>
  strike('write', written.get(fd)) ? half(fd, text) : real.writeSync(fd, text, ...rest)
fs.closeSync = (fd) => {
  const path = written.get(fd)
  written.delete(fd)
  real.closeSync(fd)
  strike('close', path)
}

/** In its steps: each of them can be the last. */
fs.writeFileSync = (path, text, options = {}) => {
  if (!isOurs(path)) return real.writeFileSync(path, text, options)
  const fd = fs.openSync(path, options.flag ?? 'w', options.mode ?? 0o666)
  try {
    fs.writeSync(fd, text)
  } finally {
    fs.closeSync(fd)
  }
}

const ofHandle = { chmod: 'chmod', chown: 'chown', utimes: 'chmod', sync: 'fsync', truncate: 'write' }

fs.promises.open = async (path, flags, ...rest) => {
  strike(writes(flags) ? 'create' : 'read', path)
  const file = await real.promises.open(path, flags, ...rest)
  if (!isOurs(path) || !writes(flags)) return file
  const { close, writeFile } = file
  for (const [name, kind] of Object.entries(ofHandle)) {
    const call = file[name]
    file[name] = async (...words) => {
      strike(kind, path)
      return call.apply(file, words)
    }
  }
  file.writeFile = async (text) => (strike('write', path) ? half(file.fd, text) : writeFile.call(file, text))
  file.close = async () => {
    await close.call(file)
    strike('close', path)
  }
  return file
}

for (const name of ['writeFile', 'appendFile']) {
  fs.promises[name] = async (path, ...rest) => {
    strike('create', path)
    return real.promises[name](path, ...rest)
  }
}

syncBuiltinESMExports()
