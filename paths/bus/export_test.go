package bus

import (
	"switchroom/access"
	"switchroom/imu"
)

// HasReason reports whether a reason has a status.
func HasReason(r access.Reason) bool { _, ok := reasons[r]; return ok }

// HasRefusal reports whether a refusal has a status.
func HasRefusal(r imu.Refusal) bool { _, ok := refusals[r]; return ok }
