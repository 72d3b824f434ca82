// Package shared has types with methods in common, as clients of databases do.
package shared

import "errors"

type commands struct{ log []string }

// Set has several parameters and results.
func (c *commands) Set(key string, values ...any) (int, error) {
	if key == "" {
		return 0, errors.New("no key")
	}
	c.log = append(c.log, key)
	return len(values), nil
}

// Log has a parameter whose type rules sharing out.
func (c *commands) Log(into []string) []string { return append(into, c.log...) }

// Client has the commands.
type Client struct{ commands }

// Pipeline has the commands.
type Pipeline struct{ commands }

// Commands is the commands.
type Commands interface {
	Set(key string, values ...any) (int, error)
}

// Shown has the commands and a field, so that it is also given by value.
type Shown struct {
	commands
	Name string
}

// NewClient makes one.
func NewClient() *Client { return new(Client) }

// NewPipeline makes one by value.
func NewPipeline() Pipeline { return Pipeline{} }

// AsCommands makes one an interface.
func AsCommands(c *Client) Commands { return c }
