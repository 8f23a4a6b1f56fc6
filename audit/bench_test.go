package audit

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"switchroom/store"
)

// These benchmarks are the campaign behind docs/performance.md:
//
//	go test ./audit -run ^$ -bench . -benchtime 1x -records 1000000
//
// Ten million records take some minutes and about eight gigabytes.
var (
	records = flag.Int("records", 100_000, "how many records the benchmarks of verify and find look at")
	keep    = flag.String("keep", "", "a directory in which the log of the benchmarks is kept from run to run")
)

// BenchmarkAppend is durable: every record is on the disk when Append returns.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprint("callers=", callers), func(b *testing.B) {
			_, l := opened(b, store.Place{Dir: b.TempDir() + "/data"})
			each := max(b.N, 20_000) / callers
			begin := time.Now()
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for i := range each {
						if _, err := l.Append(ctx, sample(i)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(each*callers)/time.Since(begin).Seconds(), "records/s")
		})
	}
}

// many is a log of so many records.
func many(b *testing.B) *store.Store {
	b.Helper()
	dir := *keep
	if dir == "" {
		dir = filepath.Join(b.TempDir(), "data")
	}
	s, l := opened(b, store.Place{Dir: dir})
	if n := int(l.edge.size); n < *records {
		begin := time.Now()
		for i := n; i < *records; {
			var batch []*pending
			for ; i < *records && len(batch) < most; i++ {
				r, err := sample(i).prepared(time.Now())
				must(b, err)
				batch = append(batch, &pending{record: r})
			}
			l.write(ctx, batch)
			must(b, batch[0].err)
		}
		fmt.Fprintf(os.Stderr, "%d records made, %.0f/s\n", *records-n, float64(*records-n)/time.Since(begin).Seconds())
	}
	return s
}

// BenchmarkLog is all that is asked of one large log, so that it is made once.
func BenchmarkLog(b *testing.B) {
	s := many(b)
	b.Run("verify", func(b *testing.B) {
		defer debug.SetGCPercent(debug.SetGCPercent(800)) // as the command does
		for b.Loop() {
			begin := time.Now()
			if v := verified(b, s); len(v.Findings) > 0 {
				b.Fatal(v.Findings)
			}
			b.ReportMetric(float64(*records)/time.Since(begin).Seconds(), "rows/s")
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys)/1e6, "MB")
	})
	b.Run("first-page", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(worstPage(b, s).Seconds()*1e3, "worst-ms")
		}
	})
}

// worstPage is the longest time that the first page of any set of filters takes: of
// what is often there, and of what nobody ever did.
func worstPage(b *testing.B, s *store.Store) time.Duration {
	var took []time.Duration
	for i := range 32 {
		for _, who := range []string{"person3", "nobody"} {
			f := filterOf(i)
			if f.Who != "" {
				f.Who = who
			}
			begin := time.Now()
			if _, err := Find(ctx, s, f, Place{}, 50); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begin))
		}
	}
	return slices.Max(took)
}
