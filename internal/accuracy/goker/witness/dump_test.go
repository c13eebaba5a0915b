package witness

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParseDump(t *testing.T) {
	const dump = `goroutine 1 [running]:
main.main()
	/src/main.go:9 +0x1d

goroutine 7 [chan receive (nil chan) (leaked), 3 minutes, locked to thread]:
main.(*Actor).loop(0xc000012345)
	/src/actor.go:12 +0x1d
main.Start.func1({0x1, 0x2})
	/src/actor.go:8 +0x2a
created by main.Start in goroutine 1
	/src/actor.go:7 +0x11

goroutine 8 gp=0xc000 m=nil [sleep (scan) (leaked) (durable)] {test: Z}:
time.Sleep(0x1)
	/go/src/time.go:1 +0x1

goroutine 9 [select labels:{"test": "Z"}]:
`
	assert.Equal(t, []goroutine{
		{entry: "main.main", state: "running"},
		{entry: "main.Start.func1", state: "chan receive (nil chan)", leaked: true},
		{entry: "time.Sleep", state: "sleep", leaked: true},
		{state: "select"},
	}, parseDump(dump))
	assert.Empty(t, parseDump(""))
	assert.Empty(t, parseDump("goroutine profile: total 3\n"))
}
