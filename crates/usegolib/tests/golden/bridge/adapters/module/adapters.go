// Package adapters has types that cross as something of their own.
package adapters

import (
	"time"

	"github.com/google/uuid"
)

// Event has all of them.
type Event struct {
	ID    uuid.UUID
	At    time.Time
	Took  time.Duration `json:"took,omitempty"`
	Maybe *time.Time
	All   map[uuid.UUID][]time.Duration
	Count complex128
}

// Timeout is a duration by another name.
type Timeout time.Duration

func EchoEvent(e Event) Event                    { return e }
func EchoTime(t time.Time) time.Time             { return t }
func EchoDuration(d time.Duration) time.Duration { return d }
func EchoUUID(id uuid.UUID) uuid.UUID            { return id }
func EchoTimeout(t Timeout) Timeout              { return t }
func EchoTimes(ts []time.Time) []time.Time       { return ts }
func EchoPointer(t *time.Time) *time.Time        { return t }
func EchoAny(v any) any                          { return v }
func AsAny(t time.Time, d time.Duration, id uuid.UUID) []any {
	return []any{t, d, id, &t}
}
