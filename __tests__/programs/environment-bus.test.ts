import { busAddress, isBus } from '../../src/programs/environment.ts'

const RUN = '/run/user/1000/bus'

test.each<[string, Record<string, string>, number | undefined, string[], string | undefined]>([
  [
    'what is set wins',
    { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x', XDG_RUNTIME_DIR: '/run/user/1000' },
    1000,
    [RUN],
    'unix:path=/x',
  ],
  ['an empty value is none, the usual place', { DBUS_SESSION_BUS_ADDRESS: '' }, 1000, [RUN], `unix:path=${RUN}`],
  ['the runtime folder', { XDG_RUNTIME_DIR: '/tmp/r' }, 1000, ['/tmp/r/bus', RUN], 'unix:path=/tmp/r/bus'],
  ['and no other than that', { XDG_RUNTIME_DIR: '/tmp/r' }, 1000, [RUN], undefined],
  ['a relative runtime folder is ignored', { XDG_RUNTIME_DIR: 'r' }, 1000, ['r/bus', RUN], `unix:path=${RUN}`],
  ['nothing there, or not our own', {}, 1000, [], undefined],
  ['Windows', { XDG_RUNTIME_DIR: '/tmp/r' }, undefined, ['/tmp/r/bus'], undefined],
])('%s', (_, env, uid, own, address) => {
  expect(busAddress(env, uid, (path) => own.includes(path))).toBe(address)
})

test.each([
  [undefined, false],
  ['', false],
  ['disabled:', false],
  ['autolaunch:', false],
  ['unix:path=/nowhere/bus', false],
  ['unix:path=/nowhere/bus,guid=0', false],
  ['unix:path=/dev/null,guid=0', true],
  ['unix:abstract=/tmp/dbus-1', true],
  ['tcp:host=localhost,port=1', true],
])('a keyring can be behind %s: %s', (address, can) => {
  expect(isBus(address)).toBe(can)
})
