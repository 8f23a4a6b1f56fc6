package main

import (
	"errors"
	"fmt"

	"switchroom/study"
	"switchroom/wire/comtrade"
)

// take takes the currents and voltages out of the recording.
func (c *replayCmd) take(a *app, rec *comtrade.Recording) (study.Taken, error) {
	t, err := takeChannels(rec, study.Channels{Map: c.Map, Scale: c.Scale, Primary: c.Primary})
	for _, ch := range t.Secondary {
		fmt.Fprintf(a.Stderr, "note: channel %s holds secondary values; --primary multiplies them by the ratio\n", ch)
	}
	return t, err
}

// takeChannels tells how channels are said on the command line, where that is missing.
func takeChannels(rec *comtrade.Recording, c study.Channels) (study.Taken, error) {
	t, err := c.Take(rec)
	var which *study.ChannelError
	switch {
	case errors.As(err, &which) && which.Channels == "":
		return t, misuse("--map %s", which.What)
	case errors.As(err, &which):
		return t, misuse("%s write --map l1=…,l2=…,l3=… (and n=…), only those that there are; the channels are %s", which.What, which.Channels)
	case err != nil:
		return t, fmt.Errorf("%w (--map says which channels are taken)", err)
	}
	return t, nil
}
