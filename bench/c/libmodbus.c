/*
 * libmodbus: the library's own server, as its tests/bandwidth-server-many-up.c
 * has it: one select loop, modbus_receive, modbus_reply. Sockets are left as the
 * library makes them, so Nagle's algorithm holds back every second small reply of
 * a client that pipelines.
 *
 *   libmodbus PORT
 */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

enum { FIRST = 32000, SIZE = 500, BACKLOG = 4096 };

static fd_set all;
static int highest;

static void admit(modbus_t *ctx, int listener)
{
	int fd = modbus_tcp_accept(ctx, &listener);
	if (fd < 0)
		return;
	if (fd >= FD_SETSIZE) { /* select can watch no more */
		close(fd);
		return;
	}
	FD_SET(fd, &all);
	if (fd > highest)
		highest = fd;
}

static void serve(modbus_t *ctx, modbus_mapping_t *map, int fd)
{
	uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
	modbus_set_socket(ctx, fd);
	int n = modbus_receive(ctx, query);
	if (n > 0)
		modbus_reply(ctx, query, n, map);
	if (n < 0) {
		close(fd);
		FD_CLR(fd, &all);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return fprintf(stderr, "usage: libmodbus PORT\n"), 2;
	modbus_t *ctx = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
	modbus_mapping_t *map = modbus_mapping_new_start_address(0, 0, 0, 0, FIRST, SIZE, 0, 0);
	int listener = modbus_tcp_listen(ctx, BACKLOG);
	if (!map || listener < 0)
		return perror("listen"), 1;
	FD_ZERO(&all);
	FD_SET(listener, &all);
	highest = listener;
	for (;;) {
		fd_set ready = all;
		if (select(highest + 1, &ready, NULL, NULL, NULL) < 0)
			return perror("select"), 1;
		for (int fd = 0; fd <= highest; fd++) {
			if (!FD_ISSET(fd, &ready))
				continue;
			if (fd == listener)
				admit(ctx, listener);
			else
				serve(ctx, map, fd);
		}
	}
}
