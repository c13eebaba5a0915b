package load

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRequestsAreDealtByWeight(t *testing.T) {
	for _, c := range []struct {
		name    string
		weights []int
		want    string
	}{
		{"alone", []int{3}, "aaaa"},
		{"equal", []int{1, 1}, "abababab"},
		{"spread evenly", []int{5, 1, 1}, "aabacaaaabacaa"},
		{"more than one of each", []int{2, 3}, "babababababab"[:5] + "babab"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var clients []Client
			for _, w := range c.weights {
				clients = append(clients, Client{Weight: w})
			}
			d := newDealer(clients)
			var got []byte
			for range len(c.want) {
				got = append(got, byte('a'+d.next()))
			}
			assert.Equal(t, c.want, string(got))
		})
	}
}

// A start that takes long delays the next ones, but not the moments from which their
// latencies count.
func TestLateStartsKeepTheirIntendedMoments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var intended, actual []time.Duration
		pace(t.Context(), began, 10, 6, func(i int, at time.Time) {
			intended, actual = append(intended, at.Sub(began)), append(actual, time.Since(began))
			if i == 1 {
				time.Sleep(250 * time.Millisecond)
			}
		})
		ms := time.Millisecond
		assert.Equal(t, []time.Duration{0, 100 * ms, 200 * ms, 300 * ms, 400 * ms, 500 * ms}, intended)
		assert.Equal(t, []time.Duration{0, 100 * ms, 350 * ms, 350 * ms, 400 * ms, 500 * ms}, actual)
	})
}

func TestPaceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 450*time.Millisecond)
		defer cancel()
		began, n := time.Now(), 0
		pace(ctx, began, 10, 100, func(int, time.Time) { n++ })
		assert.Equal(t, 5, n)
		assert.Equal(t, 450*time.Millisecond, time.Since(began))
		pace(ctx, began, 1000, 100, func(int, time.Time) { t.Error("started a request after the end") })
	})
}
