// Command stress runs parallel executors against agents that hang, fail, panic
// and lie, and reports what each of them leaves behind. See stress -help.
package main

import (
	"os"

	"github.com/watertight-go/watertight/stress"
)

func main() { os.Exit(stress.Main(os.Args[1:])) }
