package host

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// What the service wrote last is part of its end, however late it is read.
func TestEndWaitsForTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Process{log: newLog("MARK"), ended: make(chan struct{})}
		go p.take(report{Ended: &status{Code: 1}})
		_, _ = p.log.Write([]byte("first words\n"))
		synctest.Wait()
		select {
		case <-p.Ended():
			t.Fatal("it ended before its log did")
		default:
		}
		_, _ = p.log.Write([]byte("last words\n\nMARK\n"))
		<-p.Ended()
		require.Equal(t, End{Sentence: "exited with code 1 (last words)", Code: 1, Log: []string{"first words", "last words"}}, p.End())
	})
}

func TestEndSaysWhy(t *testing.T) {
	const crash = "panic: boom\n\ngoroutine 1 [running]:"
	for log, want := range map[string][3]string{
		"":                            {"exited with code 0", "exited with code 2", "killed by SIGABRT"},
		"\n \n":                       {"exited with code 0", "exited with code 2", "killed by SIGABRT"},
		"no such file\n\n":            {"exited with code 0", "exited with code 2 (no such file)", "killed by SIGABRT"},
		crash:                         {"exited with code 0", "exited with code 2 (panic: boom)", "killed by SIGABRT (panic: boom)"},
		"fatal error: stack overflow": {"exited with code 0", "exited with code 2 (fatal error: stack overflow)", "killed by SIGABRT (fatal error: stack overflow)"},
		"a\xffb":                      {"exited with code 0", "exited with code 2 (ab)", "killed by SIGABRT"},
	} {
		p := &Process{log: newLog("")}
		_, _ = p.log.Write([]byte(log + "\n"))
		for i, s := range []status{{}, {Code: 2}, {Code: -1, Signal: "SIGABRT"}} {
			require.Equal(t, want[i], p.endOf(s).Sentence, "%q", log)
		}
	}
}
