package bridge

import (
	"testing"
	"time"
)

func TestTextSaysAllExactlyOfTimesThatItIsReadAs(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	for _, test := range []struct {
		time time.Time
		all  bool
	}{
		{time.Time{}, true},
		{time.Date(2024, 2, 29, 12, 0, 0, 1, time.UTC), true},
		{time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), true},
		{time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", 7200)), true},
		{time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", -19800)), true},
		{time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", 30)), false},
		{time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", 0)), false},
		{time.Date(2024, 1, 1, 0, 0, 0, 0, berlin), false},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Now(), false},
		{time.Now().UTC(), true}, // which strips the monotonic reading
		{time.Now().UTC().Round(0), true},
		{time.Now().Local().Round(0), false},
	} {
		if all := textSaysAll(test.time); all != test.all {
			t.Errorf("textSaysAll(%v) = %v", test.time, all)
		}
		if !test.all {
			continue
		}
		read, err := time.ParseInLocation(time.RFC3339Nano, test.time.Format(time.RFC3339Nano), time.UTC)
		if err != nil || !read.Equal(test.time) || read.String() != test.time.String() {
			t.Errorf("%v is read as %v (%v)", test.time, read, err)
		}
	}
}
