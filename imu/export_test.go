package imu

// ReadMemory reads a log as OpenMemory does, without a disk.
var ReadMemory = readMemory

// LogFile is what a memory writes to.
type LogFile = logFile

// Wrap puts something between a memory and its file.
func Wrap(m *Memory, f func(LogFile) LogFile) { m.file = f(m.file) }

// CompactFrom makes m write its log anew once it is larger than size.
func CompactFrom(m *Memory, size int64) { m.compact = size }

// Unsaved is how many records wait for the memory.
func Unsaved(u *Unit) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.unsaved)
}

// ValidCapture reports whether a capture that was read back is taken up.
func ValidCapture(c *Capture) bool { return c != nil && c.valid() }
