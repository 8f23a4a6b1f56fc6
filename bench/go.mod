module switchroom/bench

go 1.26.0

require (
	github.com/simonvetter/modbus v1.6.3
	switchroom v0.0.0
)

require (
	github.com/goburrow/serial v0.1.0 // indirect
	go.bug.st/serial v1.8.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace switchroom => ../
