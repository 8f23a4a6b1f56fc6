package ethernet

import (
	"switchroom/access"
	"switchroom/imu"
	"switchroom/wire/modbus"
)

// HasReason reports whether a reason has a status.
func HasReason(r access.Reason) bool { _, ok := reasons[r]; return ok }

// HasRefusal reports whether a refusal has a status.
func HasRefusal(r imu.Refusal) bool { _, ok := refusals[r]; return ok }

// Filtered puts a filter before a handler.
func Filtered(f *Filter, h modbus.Handler) modbus.Handler { return &filtered{h, f} }
