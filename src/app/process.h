/* What the kernel says of this process. */
#ifndef NUDGED_APP_PROCESS_H
#define NUDGED_APP_PROCESS_H

struct process_facts {                  /* 0: not known */
    double cpu_s, resident_bytes, virtual_bytes, open_fds, max_fds, start_s;
};

void process_look(struct process_facts *out);

#endif
