package comtrade_test

import (
	"fmt"

	"switchroom/wire/comtrade"
)

func ExampleOpen() {
	rec, err := comtrade.Open("testdata/fault.cfg")
	if err != nil {
		fmt.Println(err)
		return
	}
	ia, err := rec.Channel("IA")
	if err != nil {
		fmt.Println(err)
		return
	}
	closed, err := rec.DigitalChannel("CLOSED")
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range rec.Times[4:] {
		fmt.Printf("%.3f s: %5.0f %s, closed %v\n", t, ia.Values[4+i], ia.Unit, closed.Values.At(4+i))
	}
	_, err = rec.Channel("I1")
	fmt.Println(err)
	// Output:
	// 0.004 s:  9010 A, closed true
	// 0.005 s:  9470 A, closed true
	// 0.006 s:  9007 A, closed false
	// 0.007 s:     0 A, closed false
	// no analogue channel "I1": use one of "IA", "IB", "IC", "IN"
}
