package store

// The tests of this package are in package store_test: storetest imports it. Here is
// what they need of the inside.

func init() { workFactor = 10 }

// AtLeast is for the test of versions.
var AtLeast = atLeast
