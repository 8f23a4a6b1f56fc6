package client

import (
	"context"

	"switchroom/regmap"
)

// Run sends one row of the command table, whichever [Client.Do] would choose.
func (c *Client) Run(ctx context.Context, cmd *regmap.Command, password string, args []Argument) ([]byte, error) {
	return c.run(ctx, cmd, password, args)
}

// Ping reads the register of the mark.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.registers(ctx, virtualRegister, 1)
	return err
}
