package bridge

import (
	"context"
	"reflect"
	"sync"
)

// A reception is a loop of the host's over a channel. It takes one item at a time:
// what it took ahead would be lost to others who receive from the channel.
type reception struct {
	channel reflect.Value
	// item is the type that items cross as.
	item *codec
	// stopped is closed when no more is wanted.
	stopped chan struct{}
	once    sync.Once
}

func newReception(channel reflect.Value, dynamic bool) *reception {
	t := channel.Type().Elem()
	if dynamic {
		t = anyType
	}
	return &reception{channel: channel, item: codecOf(reflect.SliceOf(t)), stopped: make(chan struct{})}
}

func (r *reception) pull(c *call) {
	if value, ok := r.channel.TryRecv(); value.IsValid() {
		r.deliver(&c.encoder, value, ok)
		return
	}
	c.goOn(func(ctx context.Context, _ *Decoder, e *Encoder) {
		chosen, value, ok := reflect.Select([]reflect.SelectCase{
			{Dir: reflect.SelectRecv, Chan: r.channel},
			{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ctx.Done())},
			{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(r.stopped)},
		})
		if chosen != 0 {
			value = reflect.Value{}
		}
		r.deliver(e, value, ok || chosen == 1)
	})
}

// deliver writes the response: the item, if there is one, and whether there may be
// more.
func (r *reception) deliver(e *Encoder, value reflect.Value, more bool) {
	items := reflect.New(r.item.t)
	if more && value.IsValid() {
		items.Elem().Set(reflect.Append(items.Elem(), value))
	}
	onStack(e).Success()
	onStack(e).Array(3)
	onStack(e).Bool(more)
	onStack(e).Int64(int64(items.Elem().Len()))
	r.item.write(onStack(e), items.UnsafePointer())
	onStack(e).Leave()
}

func (r *reception) stop() { r.once.Do(func() { close(r.stopped) }) }

func (r *reception) end(c *call) {
	r.stop()
	c.encoder.Success()
	c.encoder.Nil()
}
