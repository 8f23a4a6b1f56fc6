package imu

// ReadMemory reads a log as OpenMemory does, without a disk.
var ReadMemory = readMemory

// LogFile is what a memory writes to.
type LogFile = logFile

// Wrap puts something between a memory and its file.
func Wrap(m *Memory, f func(LogFile) LogFile) { m.file = f(m.file) }

// CompactFrom makes m write its log anew once it is larger than size.
func CompactFrom(m *Memory, size int64) { m.compact = size }
