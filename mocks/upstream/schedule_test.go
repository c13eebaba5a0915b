package upstream

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/mocks"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Schedule{
		"ok":                        {{"ok", 0}},
		"ok:10s,hang":               {{"ok", 10 * time.Second}, {"hang-before-headers", 0}},
		"ok:10s, 429:1m ,sse-drip":  {{"ok", 10 * time.Second}, {"too-many-requests", time.Minute}, {"stream-drip", 0}},
		"drip@50ms:5s":              {{"slow-drip@50ms", 5 * time.Second}},
		"503@2s:5s,404":             {{"503@2s", 5 * time.Second}, {"404", 0}},
		"sse-hang:1s,sse-hang-last": {{"stream-hang-mid", time.Second}, {"stream-hang-last", 0}},
		"500:1s,200":                {{"server-error", time.Second}, {"ok", 0}},
		"drip:1s,reset:1ms":         {{"slow-drip", time.Second}, {"reset", time.Millisecond}},
	} {
		got, err := Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
		again, err := Parse(got.String())
		require.NoError(t, err, got.String())
		require.Equal(t, got, again)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string][]string{
		"":                {`schedule: phase 1 (""): got no fault, want one, as in ok:10s`},
		"ok:10s,":         {`phase 2 (""): got no fault`},
		"hangs":           {`phase 1 ("hangs"): unknown fault "hangs": did you mean hang`},
		"sse-drp:3s":      {`did you mean sse-drip`},
		"ok,hang:3s":      {`phase 1 ("ok"): got no time, want one, as in ok:10s: only the last phase may have none`},
		"ok:10":           {`got the time "10", want one above zero, such as 10s`},
		"ok:0s":           {`got the time "0s"`},
		"ok:-1s":          {`got the time "-1s"`},
		"drip@x:3s":       {`got the time "x"`},
		"drip@:3s":        {`got the time ""`},
		"ok:":             {`got the time ""`},
		"204:3s":          {`got the status 204, want one from 400 to 599, or 200`},
		"600:3s":          {`got the status 600`},
		"zebra:3s,ok:no":  {`unknown fault "zebra" (stress upstream -help`, `phase 2 ("ok:no"): got the time "no"`},
		"stream-x,sse-,a": {"phase 1", "phase 2", "phase 3"},
	} {
		_, err := Parse(text)
		for _, w := range want {
			require.ErrorContains(t, err, w, text)
		}
	}
}

// Every name that the help lists is a fault, and each fault of package mocks has a name.
func TestNames(t *testing.T) {
	got := map[mocks.WireFault]bool{}
	for _, name := range Names() {
		f, err := faultNamed(name)
		require.NoError(t, err, name)
		_, _, err = f.Split()
		require.NoError(t, err, name)
		got[f] = true
	}
	all := append(mocks.WireFaults(), mocks.WireStreamFaults()...)
	require.Len(t, got, len(all))
	for _, f := range all {
		require.True(t, got[f], f)
	}
}

func TestFaultAtATime(t *testing.T) {
	s := Schedule{{"ok", 2 * time.Second}, {"reset", time.Second}, {"hang-before-headers", time.Second}}
	for since, want := range map[time.Duration]mocks.WireFault{
		0: "ok", 2*time.Second - 1: "ok", 2 * time.Second: "reset", 3 * time.Second: "hang-before-headers",
		time.Hour: "hang-before-headers",
	} {
		require.Equal(t, want, s.at(since), since)
	}
	require.Equal(t, mocks.WireOK, Schedule(nil).at(time.Hour))
	require.Equal(t, mocks.WireReset, Schedule{{"reset", 0}, {"ok", 0}}.at(time.Hour), "for ever")
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"ok", "ok:10s,hang:60s,429:10s,sse-drip", "drip@50ms:5s,503@2s", "a:b:c,@,:", "ok@1s:1s"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(s.String())
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
