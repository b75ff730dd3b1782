/* SHA-256 by libcrypto's EVP, which picks the processor's own instructions. */
#include "nudged/base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

enum err hash_sha256(struct str bytes, struct hash256 *out)
{
    struct hash256 hash;
    unsigned int len = 0;
    const void *from = bytes.len ? bytes.ptr : "";
    if (EVP_Digest(from, bytes.len, hash.bytes, &len, EVP_sha256(), NULL) != 1)
        return ERR_NO_MEMORY;
    REQUIRE(len == sizeof hash.bytes);
    *out = hash;
    return OK;
}

enum err hash_add(struct hash256 *hash, struct str bytes)
{
    struct hash256 both[2] = { *hash };
    enum err err = hash_sha256(bytes, &both[1]);
    return err ? err : hash_sha256((struct str){ (const char *)both, sizeof both }, hash);
}

bool hash_is_none(const struct hash256 *hash)
{
    return hash_equal(hash, &(struct hash256){ 0 });
}

bool hash_equal(const struct hash256 *a, const struct hash256 *b)
{
    return CRYPTO_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void buf_add_hex(struct buf *buf, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        char pair[2] = { digits[bytes[i] >> 4], digits[bytes[i] & 0x0F] };
        buf_add(buf, (struct str){ pair, sizeof pair });
    }
}
