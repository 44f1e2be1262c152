export const setting = name => process.env[name] ?? fail(name)

function fail(name) {
  throw new Error(`${name} is not set`)
}
