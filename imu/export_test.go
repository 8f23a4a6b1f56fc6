package imu

// ReadMemory reads a log as OpenMemory does, without a disk.
var ReadMemory = readMemory
