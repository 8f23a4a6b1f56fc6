// Package upgrade puts firmware and digital modules into breakers: it judges a package
// with what the commissioning software trusts, when it is fetched and again when it is
// sent, sends it over a cable, has the breaker judge and install it, and looks at what
// came of it (GUIDE A13, A15, E6, E7). Of several breakers it takes one after the other,
// and stops at the first that did not go as it should.
package upgrade
