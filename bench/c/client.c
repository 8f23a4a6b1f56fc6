/*
 * client: the closed loop every server is measured with.
 *
 *   client HOST PORT PID CONNECTIONS IN_FLIGHT WARM_MS RUN_MS ADDRESS COUNT UNIT [HOSTS STAY]
 *
 * With HOSTS, a connection goes to the next of as many addresses, from HOST on and
 * in the order of a site file, after STAY requests, so that all of them are asked.
 *
 * Every connection keeps IN_FLIGHT requests (function 3, COUNT registers from
 * protocol address ADDRESS) open: what comes back is replaced at once, all
 * replacements of a connection in one write. Over RUN_MS it takes the requests
 * answered, the latency of each (from the write that carried the request to the
 * read that carried its reply) and the time process PID spent on a CPU: the sum
 * of the first field of /proc/PID/task/.../schedstat, in nanoseconds.
 *
 * Unanswered counts the connections on which nothing came back in the whole run.
 *
 * A reply of the wrong length, transaction, unit, function or byte count ends
 * the run: a fast server that answers something else is not fast.
 *
 * One line of JSON goes to standard output.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { DEPTH = 64, REQUEST = 12, BUFFER = 65536, EVENTS = 512 };

struct conn {
	int fd, have;         /* bytes of an unfinished reply in part */
	int left;             /* requests until it goes to the next host; if there is one */
	uint16_t sent, seen;  /* transaction ids: next to send, next to see */
	uint64_t at[DEPTH];   /* when each open request was written */
	unsigned char part[300];
};

static int inflight, address, count, unit, reply, port, ep;
static uint64_t done, moves;
static int recording;
static const char *host;
static int hosts = 1, stay, next;

/* Latencies: 32 linear steps per power of two, exact below 64 ns. */
static uint64_t histogram[64 * 64];

static uint64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void record(uint64_t ns)
{
	int shift = ns < 64 ? 0 : 58 - __builtin_clzll(ns);
	histogram[shift * 64 + ((ns >> shift) & 63)]++;
}

static double quantile(double q)
{
	uint64_t total = 0, sum = 0;
	for (int i = 0; i < 64 * 64; i++)
		total += histogram[i];
	for (int i = 0; i < 64 * 64; i++) {
		sum += histogram[i];
		if (sum >= q * total && sum)
			return (double)((uint64_t)(i & 63) << (i >> 6)) / 1e3;
	}
	return 0;
}

static uint64_t oncpu(int pid)
{
	char path[300];
	uint64_t sum = 0;
	struct dirent *e;
	snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *d = opendir(path);
	while (d && (e = readdir(d))) {
		unsigned long long ns;
		snprintf(path, sizeof path, "/proc/%d/task/%.32s/schedstat", pid, e->d_name);
		FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "r");
		if (!f)
			continue;
		if (fscanf(f, "%llu", &ns) == 1)
			sum += ns;
		fclose(f);
	}
	if (d)
		closedir(d);
	return sum;
}

static void fail(const char *what)
{
	printf("{\"error\":\"%s: %s\",\"done\":%llu}\n", what, strerror(errno), (unsigned long long)done);
	exit(1);
}

static void request(struct conn *c, int n, uint64_t t)
{
	unsigned char out[DEPTH * REQUEST], *p = out;
	for (int i = 0; i < n; i++, p += REQUEST, c->sent++) {
		c->at[c->sent % DEPTH] = t;
		p[0] = c->sent >> 8, p[1] = c->sent;
		p[2] = p[3] = p[4] = 0, p[5] = 6, p[6] = unit, p[7] = 3;
		p[8] = address >> 8, p[9] = address, p[10] = count >> 8, p[11] = count;
	}
	if (send(c->fd, out, p - out, MSG_NOSIGNAL) != p - out)
		fail("send");
}

static void check(struct conn *c, const unsigned char *p, uint64_t t)
{
	uint16_t id = p[0] << 8 | p[1];
	if (id != c->seen || p[2] | p[3] || (p[4] << 8 | p[5]) != reply - 6 || p[6] != unit || p[7] != 3 || p[8] != 2 * count)
		errno = EBADMSG, fail("reply");
	if (recording)
		record(t - c->at[id % DEPTH]);
	c->seen++;
	done++;
}

static void begin(struct conn *c);

/* go_on asks as much as was answered, or goes to the next host when it is time. */
static void go_on(struct conn *c, int replies, uint64_t t)
{
	if (hosts > 1) {
		if (replies > c->left)
			replies = c->left;
		c->left -= replies;
		if (c->sent == c->seen && !replies) {
			close(c->fd);
			moves++;
			begin(c);
			return;
		}
	}
	if (replies)
		request(c, replies, t);
}

static void readable(struct conn *c)
{
	static unsigned char in[BUFFER];
	memcpy(in, c->part, c->have);
	ssize_t n = recv(c->fd, in + c->have, sizeof in - c->have, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		errno = n ? errno : ECONNRESET, fail("recv");
	uint64_t t = now();
	int end = c->have + n, at = 0, replies = 0;
	for (; end - at >= reply; at += reply, replies++)
		check(c, in + at, t);
	c->have = end - at;
	memcpy(c->part, in + at, c->have);
	if (replies)
		go_on(c, replies, t);
}

static int dial(int n)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
	inet_pton(AF_INET, host, &a.sin_addr);
	if (hosts > 1)
		a.sin_addr.s_addr = htonl(127u << 24 | (n / 62500) << 16 | (1 + n / 250 % 250) << 8 | (1 + n % 250));
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a))
		fail("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return fd;
}

/* begin connects and sends the first requests. */
static void begin(struct conn *c)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
	c->fd = dial(next++ % hosts);
	c->have = 0;
	c->left = stay - inflight;
	epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev);
	request(c, inflight, now());
}

static void spin(uint64_t until)
{
	struct epoll_event ev[EVENTS];
	for (;;) {
		int n = epoll_wait(ep, ev, EVENTS, 20);
		for (int i = 0; i < n; i++)
			readable(ev[i].data.ptr);
		if (now() >= until)
			return;
	}
}

int main(int argc, char **argv)
{
	if (argc != 11 && argc != 13)
		return fprintf(stderr, "usage: client HOST PORT PID CONNECTIONS IN_FLIGHT WARM_MS RUN_MS ADDRESS COUNT UNIT [HOSTS STAY]\n"), 2;
	int pid = atoi(argv[3]), conns = atoi(argv[4]);
	ep = epoll_create1(0), host = argv[1], port = atoi(argv[2]);
	if (argc == 13)
		hosts = atoi(argv[11]), stay = atoi(argv[12]);
	inflight = atoi(argv[5]), address = atoi(argv[8]), count = atoi(argv[9]), unit = atoi(argv[10]);
	reply = 9 + 2 * count;
	struct rlimit lim;
	getrlimit(RLIMIT_NOFILE, &lim);
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
	struct conn *all = calloc(conns, sizeof *all);
	for (int i = 0; i < conns; i++)
		begin(&all[i]);
	spin(now() + atoi(argv[6]) * 1000000ull);
	uint64_t cpu = oncpu(pid), from = now(), before = done;
	recording = 1;
	spin(from + atoi(argv[7]) * 1000000ull);
	uint64_t took = now() - from, n = done - before;
	cpu = oncpu(pid) - cpu;
	int silent = 0;
	for (int i = 0; i < conns; i++)
		silent += all[i].seen == 0;
	printf("{\"requests\":%llu,\"rate\":%.1f,\"cpu_us\":%.4f,\"p50_us\":%.2f,\"p99_us\":%.2f,\"unanswered\":%d,\"moves\":%llu}\n",
	       (unsigned long long)n, n / (took / 1e9), n ? cpu / 1e3 / n : 0, quantile(.5), quantile(.99), silent, (unsigned long long)moves);
	return 0;
}
