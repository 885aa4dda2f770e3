// It does not even start.
export function run( {
