const { needsMore } = require('./fast-tier.cjs')

/** jest's --filter of all that is not in the fast tier. */
module.exports = async (paths) => ({ filtered: paths.filter(needsMore) })
