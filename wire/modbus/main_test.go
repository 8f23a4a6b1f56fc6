package modbus

import (
	"testing"

	"go.uber.org/goleak"
)

// No test may leave a goroutine behind: a server that does dies of its clients.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
