/* The one list of platforms, made from platforms.def. */
#include "nudged/platform/platform.h"

#define PLATFORM(name) extern const struct platform name##_platform;
#include "platform/platforms.def"
#undef PLATFORM

static const struct platform *const platforms[] = {
#define PLATFORM(name) &name##_platform,
#include "platform/platforms.def"
#undef PLATFORM
};

const struct platform *platform_named(struct str name)
{
    for (size_t i = 0; i < COUNT(platforms); i++)
        if (str_equal(name, str_from_z(platforms[i]->name)))
            return platforms[i];
    return NULL;
}
