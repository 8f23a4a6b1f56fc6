// Package fetch gets revocation lists from where they are published and keeps the
// newest of each issuer. It is for the side that runs breakers: what it keeps is
// judged by [switchroom/trust], whose states it tells.
//
// A list is taken only if its issuer signed it, it is a full list of that issuer, and
// its number is not lower than that of the one that is kept. What cannot be fetched
// leaves what is kept as it was; an old list is stale and never an empty one.
package fetch
