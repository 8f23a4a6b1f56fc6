package main

import (
	"fmt"
	"os"

	"switchroom/fat"
)

type fatVerifyCmd struct {
	Result    string `arg:"" help:"The result." type:"existingfile"`
	Signature string `help:"The detached signature; RESULT.sig where there is one." placeholder:"FILE"`
	Key       string `help:"The signer's Ed25519 public key, PEM." type:"existingfile" placeholder:"FILE"`
}

func (c *fatVerifyCmd) Run(a *app) error {
	_, data, err := fatResult(c.Result)
	if err != nil {
		return err
	}
	var key, sig []byte
	if c.Key != "" {
		if key, err = os.ReadFile(c.Key); err != nil {
			return err
		}
		if c.Signature == "" {
			c.Signature = c.Result + ".sig"
		}
	}
	if c.Signature != "" {
		if sig, err = os.ReadFile(c.Signature); err != nil {
			return err
		}
	}
	if err := fat.Verify(data, sig, key); err != nil {
		return fmt.Errorf("%s does not fit:\n%w", c.Result, err)
	}
	fmt.Fprintf(a.Stdout, "%s is as it was written%s\n", c.Result, map[bool]string{true: ", and signed by the key", false: ""}[key != nil])
	return nil
}
