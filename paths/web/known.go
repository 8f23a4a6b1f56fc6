package web

import "sync"

// known are the passwords of the factory, as they are kept.
var known = struct {
	sync.Mutex
	of map[string]hashed
}{of: map[string]hashed{}}
