package leak_test

import (
	"context"
	"fmt"

	"github.com/watertight-go/watertight/leak"
)

// A goroutine that waits on a nil channel is proven to be stuck, so Find does
// not wait for it.
func ExampleFind() {
	base := leak.Take()
	go func() {
		var never chan int
		<-never
	}()
	report, err := leak.Find(context.Background(), base, leak.Options{})
	if err != nil {
		fmt.Println("could not look:", err)
		return
	}
	for _, f := range report.Findings {
		fmt.Println(f.Class, f.Count, f.State)
		fmt.Println(f.CreatedBy)
	}
	// Output:
	// proven 1 chan receive (nil chan)
	// github.com/watertight-go/watertight/leak_test.ExampleFind
}
