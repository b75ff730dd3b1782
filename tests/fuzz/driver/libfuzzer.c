/* A target driven by libFuzzer. */
#include "clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    timed_one(data, size);
    return 0;
}
