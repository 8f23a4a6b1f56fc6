package main

import (
	"context"
	"errors"
	"fmt"

	"switchroom/client"
)

// phoneCmd is what a phone does that the other commands do not: they take its address as
// any other.
type phoneCmd struct {
	App   phoneAppCmd   `cmd:"" help:"Make the key and certificate of a genuine app, certified by a set of trust init: profile hardened asks for one."`
	Pair  phonePairCmd  `cmd:"" help:"Pair a phone with a breaker by Bluetooth: press the button at its front before, and read the code on its display."`
	Watch phoneWatchCmd `cmd:"" help:"Print the events that a breaker tells a phone of, as they happen."`
}

func (c *phoneCmd) Help() string {
	return `An address is ble:///PATH?unit=NAME, as up and demo print it; &phone=NAME takes another phone, and &at=40 carries it 40 m away.
A phone that is paired goes on with read, write, open, close and reset.`
}

type phonePairCmd struct {
	Address        string `arg:"" help:"ble:///PATH?unit=NAME."`
	PasskeyFile    string `help:"Read the code from this file once it is there to read, a pipe for example; -: standard input. Without: asks." placeholder:"FILE"`
	AppKey         string `help:"Key of a genuine app, as phone app makes it: profile hardened asks for one. The phone keeps where it is." type:"existingfile" placeholder:"FILE"`
	AppCertificate string `help:"Certificate of that key, with those above it." type:"existingfile" placeholder:"FILE"`
}

func (c *phonePairCmd) Run(a *app) error {
	if (c.AppKey == "") != (c.AppCertificate == "") {
		return misuse("give --app-key and --app-certificate together")
	}
	var shows *client.App
	if c.AppKey != "" {
		shows = &client.App{Key: c.AppKey, Certificate: c.AppCertificate}
	}
	b, err := dialPhone(a, c.Address, client.Options{App: shows, Passkey: func(_ context.Context, unit string) (string, error) {
		fmt.Fprintf(a.Stderr, "the display of %s shows a code of six digits, for 30 s\n", unit)
		return (&passwordFlag{PasswordFile: c.PasskeyFile}).Asking(a, "code")
	}})
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Stderr, "paired")
	return b.Close()
}

// dialPhone connects by an address of Bluetooth and no other.
func dialPhone(a *app, address string, o client.Options) (*client.Cable, error) {
	if err := client.CheckPhoneAddress(address); err != nil {
		return nil, misuse("%v", err)
	}
	return client.DialBLE(a.Ctx, address, o)
}

type phoneWatchCmd struct {
	Address string `arg:"" help:"ble:///PATH?unit=NAME."`
	passwordFlag
}

func (c *phoneWatchCmd) Run(a *app) error {
	events := make(chan []byte, 256)
	b, err := dialPhone(a, c.Address, client.Options{Event: func(e []byte) {
		select {
		case events <- append([]byte(nil), e...):
		default: // nobody prints them as fast
		}
	}})
	if err != nil {
		return err
	}
	defer b.Close()
	password, err := c.Password(a)
	if err != nil {
		return err
	}
	if err := b.Login(a.Ctx, password); err != nil {
		return err
	}
	fmt.Fprintln(a.Stderr, "listening")
	for {
		select {
		case e := <-events:
			fmt.Fprintf(a.Stdout, "%s\n", e)
		case <-b.Lost():
			return errors.New("the connection has ended")
		case <-a.Ctx.Done():
			return nil
		}
	}
}
