package web

import (
	"sync"

	"switchroom/credential"
)

// known are the passwords of the factory, as they are kept.
var known = struct {
	sync.Mutex
	of map[string]credential.Hash
}{of: map[string]credential.Hash{}}
