/* SPDX-License-Identifier: MIT
 * measure FIGURES LABEL COMMAND…: runs COMMAND with its standard output thrown away and appends one line to FIGURES:
 * label, seconds, seconds of processor time, peak resident KB, exit status (128 and the signal for a crash), tab
 * between them. Small, so that the peak is the command's: a child starts with what its parent had. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void run(char **command)
{
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0 && dup2(null, STDOUT_FILENO) >= 0)
        execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: measure FIGURES LABEL COMMAND...\n");
        return 2;
    }
    double start = now();
    struct rusage usage;
    int status;
    pid_t child = fork();
    if (child == 0)
        run(argv + 3);
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("measure");
        return 1;
    }
    double end = now();
    FILE *figures = fopen(argv[1], "a");
    if (!figures) {
        perror(argv[1]);
        return 1;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    fprintf(figures, "%s\t%.4f\t%.4f\t%ld\t%d\n", argv[2], end - start,
            seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss, code);
    return fclose(figures) == 0 ? code : 1;
}
