/*
 * floor: what the kernel charges, and nothing else.
 *
 *   floor PORT COUNT
 *
 * A bare epoll loop that answers every 12 bytes with the reply of COUNT
 * registers. It copies the transaction id and the unit, so that the same client
 * can check it, and looks at nothing. No server that looks at a request can cost
 * less.
 */
#define _GNU_SOURCE /* accept4 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST = 12, BUFFER = 4096 - 4096 % REQUEST, EVENTS = 512 };

static int reply;
static unsigned char canned[300];

static void serve(int fd)
{
	static unsigned char in[BUFFER], out[BUFFER / REQUEST * 300];
	ssize_t n = recv(fd, in, sizeof in, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0 || n % REQUEST) { /* the client sends whole requests only */
		close(fd);
		return;
	}
	unsigned char *p = out;
	for (int i = 0; i < n; i += REQUEST, p += reply) {
		memcpy(p, canned, reply);
		memcpy(p, in + i, 2);
		p[6] = in[i + 6];
	}
	if (send(fd, out, p - out, MSG_NOSIGNAL) != p - out)
		close(fd);
}

static void admit(int ep, int listener)
{
	int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	struct epoll_event ev = {.events = EPOLLIN | EPOLLET | EPOLLRDHUP, .data.fd = fd};
	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return fprintf(stderr, "usage: floor PORT COUNT\n"), 2;
	struct rlimit lim;
	getrlimit(RLIMIT_NOFILE, &lim);
	lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
	int count = atoi(argv[2]), one = 1;
	reply = 9 + 2 * count;
	canned[5] = reply - 6, canned[7] = 3, canned[8] = 2 * count;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
	inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), ep = epoll_create1(0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, 4096))
		return perror("listen"), 1;
	struct epoll_event ev = {.events = EPOLLIN, .data.fd = listener}, all[EVENTS];
	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &ev);
	for (;;) {
		int n = epoll_wait(ep, all, EVENTS, -1);
		for (int i = 0; i < n; i++)
			if (all[i].data.fd == listener)
				admit(ep, listener);
			else
				serve(all[i].data.fd);
	}
}
