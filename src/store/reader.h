/* What report.c and report_export.c share. */
#ifndef STORE_READER_H
#define STORE_READER_H

#include "store/inside.h"

struct reader {
    struct sql *sql;
};

#endif
