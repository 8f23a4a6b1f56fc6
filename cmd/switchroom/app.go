package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	mobile "switchroom/app"
	"switchroom/client"
	"switchroom/cmd/internal/cli"
)

// appCmd is one phone with its app.
type appCmd struct {
	Ready          string `help:"Ready file of up or demo: the phone may meet its breakers." type:"existingfile" placeholder:"FILE" xor:"which"`
	Ble            string `help:"Or one breaker, by Bluetooth: ble:///PATH?unit=NAME." placeholder:"ADDR" xor:"which"`
	Nfc            string `help:"The same breaker by NFC: nfc:///PATH?unit=NAME." placeholder:"ADDR"`
	Usb            string `help:"The same breaker by USB: usb:///PATH?unit=NAME." placeholder:"ADDR"`
	Phone          string `help:"Which phone it is: each has a name in the air, and pairings of its own." default:"phone" placeholder:"NAME"`
	By             string `help:"Who holds it, of those inside the room: for NFC and USB. Left out: anybody who is." placeholder:"PERSON"`
	AppKey         string `help:"Key of a genuine app, as phone app makes it: profile hardened asks for one." type:"existingfile" placeholder:"FILE"`
	AppCertificate string `help:"Certificate of that key, with those above it." type:"existingfile" placeholder:"FILE"`
	Listen         string `help:"Where its page is; on this machine only." default:"localhost:5024" placeholder:"HOST:PORT"`
	ReadyFile      string `help:"Written when it can be reached. It holds the start link, and is for its owner alone." placeholder:"PATH"`
}

func (c *appCmd) Help() string {
	return `It prints a link that is good once: whoever opens it holds the phone. See docs/app.md.`
}

// appReady is what --ready-file holds.
type appReady struct {
	App   string `json:"app"`
	Start string `json:"start"` // good once
}

// Validate is kong's.
func (c *appCmd) Validate() error {
	if (c.AppKey == "") != (c.AppCertificate == "") {
		return errors.New("give --app-key and --app-certificate together")
	}
	return nil
}

func (c *appCmd) Run(a *app) error {
	breakers, err := c.breakers()
	if err != nil {
		return err
	}
	if c.ReadyFile != "" {
		os.Remove(c.ReadyFile) // of an earlier run
	}
	phone := mobile.NewPhone(breakers, 0)
	if c.AppKey != "" {
		phone.Genuine(&client.App{Key: c.AppKey, Certificate: c.AppCertificate})
	}
	s := mobile.New(phone)
	if err := s.Listen(c.Listen); err != nil {
		return err
	}
	s.Start()
	link := s.StartLink()
	fmt.Fprintf(a.Stderr, "The app is %s\nWhoever opens this link first holds the phone; it is good once:\n  %s\n", s.URL(), link)
	if c.ReadyFile != "" {
		err = cli.WriteReady(c.ReadyFile, appReady{s.URL(), link}, 0o600)
	}
	if err == nil {
		<-a.Ctx.Done()
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(a.Ctx), 1500*time.Millisecond)
	defer cancel()
	if e := s.Close(end); err == nil {
		err = e
	}
	return err
}

// breakers are those that the phone may meet.
func (c *appCmd) breakers() ([]mobile.Breaker, error) {
	if c.Ready != "" {
		return c.listed()
	}
	b := mobile.Breaker{BLE: c.Ble, NFC: c.Nfc, USB: c.Usb}
	if err := c.equip(&b); err != nil {
		return nil, misuse("%v", err)
	}
	if b.Name == "" {
		return nil, misuse("which breaker? give --ready FILE of a running switchroom, or an address with --ble, --nfc or --usb")
	}
	return []mobile.Breaker{b}, nil
}

// listed are the breakers of a ready file.
func (c *appCmd) listed() ([]mobile.Breaker, error) {
	text, err := os.ReadFile(c.Ready)
	if err != nil {
		return nil, err
	}
	var r readyFile
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s: %w; give the ready file of up or demo", c.Ready, err)
	}
	all := []mobile.Breaker{}
	for _, i := range r.IMUs {
		b := mobile.Breaker{BLE: i.BLE, NFC: i.NFC, USB: i.USB}
		if err := c.equip(&b); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Ready, err)
		}
		if b.Name != "" {
			all = append(all, b)
		}
	}
	return all, nil
}

// equip puts into the addresses of a breaker who comes with what, and names it after
// them.
func (c *appCmd) equip(b *mobile.Breaker) error {
	for _, w := range []struct {
		scheme string
		at     *string
		more   url.Values
	}{
		{"ble", &b.BLE, url.Values{"phone": {c.Phone}}},
		{"nfc", &b.NFC, url.Values{"by": {c.By}}},
		{"usb", &b.USB, url.Values{"by": {c.By}, "as": {"phone"}}},
	} {
		if *w.at == "" {
			continue
		}
		name, err := equipped(w.at, w.scheme, w.more)
		if err != nil {
			return err
		}
		if b.Name != "" && b.Name != name {
			return fmt.Errorf("the addresses are of two breakers, %s and %s", b.Name, name)
		}
		b.Name = name
	}
	return nil
}

// equipped adds parameters to an address and returns the breaker that it is of.
func equipped(address *string, scheme string, more url.Values) (unit string, err error) {
	u, err := url.Parse(*address)
	if err != nil || u.Scheme != scheme {
		return "", fmt.Errorf("address %q: write one such as %s:///run/room/%s.sock?unit=Q1", *address, scheme, scheme)
	}
	q := u.Query()
	for k, v := range more {
		if v[0] != "" && !q.Has(k) {
			q.Set(k, v[0])
		}
	}
	u.RawQuery = q.Encode()
	*address = u.String()
	return q.Get("unit"), client.CheckAddress(*address)
}
