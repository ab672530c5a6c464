package server

import (
	"context"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"facialis/internal/service/account"
	"facialis/words"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures of a server, by route and kind, never by person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	jobs     *prometheus.HistogramVec
}

// Edges of the histograms, seconds: a request's from a cached picture to a long
// export, a job's from a short clip to a long recording.
var (
	requestSeconds = []float64{0.005, 0.02, 0.1, 0.5, 2, 10, 60}
	jobSeconds     = []float64{1, 5, 20, 60, 300, 1200, 3600, 4 * 3600}
)

// scrapeWithin is how long the figures out of the database may take.
const scrapeWithin = 5 * time.Second

func newMetrics(s *Server) *metrics {
	say := func(key string) string { return words.Default().Say("server.metrics." + key) }
	m := &metrics{registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "facialis_request_seconds", Help: say("requests"), Buckets: requestSeconds}, []string{"route", "status"}),
		jobs:     prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "facialis_job_seconds", Help: say("jobs"), Buckets: jobSeconds}, []string{"kind", "ok"})}
	gauge := func(name, help string, value func(ctx context.Context) (float64, error)) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
			defer cancel()
			v, err := value(ctx)
			if err != nil {
				s.Log.Warn("no figure", "name", name, "error", err.Error())
				return -1
			}
			return v
		})
	}
	m.registry.MustRegister(m.requests, m.jobs, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("facialis_disk_free_bytes", say("free"), func(context.Context) (float64, error) {
			n, err := s.Blobs.Free()
			return float64(n), err
		}),
		gauge("facialis_uploads_pending_bytes", say("pending"), func(ctx context.Context) (float64, error) {
			n, err := s.Store.PendingBytes(ctx)
			return float64(n), err
		}),
		&waiting{s, prometheus.NewDesc("facialis_jobs", say("waiting"), []string{"kind", "state"}, nil)})
	if s.Work != nil {
		s.Work.Observe(func(kind string, took time.Duration, ok bool) {
			m.jobs.WithLabelValues(kind, strconv.FormatBool(ok)).Observe(took.Seconds())
		})
	}
	return m
}

// waiting counts the jobs of the queue.
type waiting struct {
	s *Server
	*prometheus.Desc
}

func (w *waiting) Describe(to chan<- *prometheus.Desc) { to <- w.Desc }

func (w *waiting) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	counts, err := w.s.Work.Queue.Counts(ctx)
	if err != nil {
		w.s.Log.Warn("no figure", "name", "facialis_jobs", "error", err.Error())
		return
	}
	for k, n := range counts {
		to <- prometheus.MustNewConstMetric(w.Desc, prometheus.GaugeValue, float64(n), k.Kind, k.State)
	}
}

// observe counts a request. Routes are patterns, so that there are few.
func (m *metrics) observe(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

// MetricsToken is the variable of the environment with the word by which another
// computer may read the figures.
const MetricsToken = "FACIALIS_METRICS_TOKEN"

// serveMetrics gives the figures to this computer, and to whoever has the token.
func (s *Server) serveMetrics(w http.ResponseWriter, r *http.Request) {
	said, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	token := os.Getenv(MetricsToken)
	at, _ := netip.ParseAddrPort(r.RemoteAddr)
	here := at.Addr().Unmap().IsLoopback() && account.Loopback(r.Host) && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
	if !(here && token == "") && !(bearer && token != "" && same(said, token)) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}
