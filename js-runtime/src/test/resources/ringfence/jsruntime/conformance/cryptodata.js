// Keys and results of others for the tests of crypto.subtle.
export const hex = (text) => new Uint8Array((text.replace(/\s/g, "").match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
export const shown = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const ascii = (text) => new TextEncoder().encode(text);
const standard = (text) => text.replaceAll("-", "+").replaceAll("_", "/");
export const base64url = (text) => Uint8Array.from(atob(standard(text)), (c) => c.charCodeAt(0));
export const text64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** RFC 7515, appendix A.2: key, text and signature; the rest of the same key is by OpenSSL 3. */
export const RSA = {
  kty: "RSA",
  n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC"
    + "gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6"
    + "65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW"
    + "yuXpoQ",
  e: "AQAB",
  d: "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pW"
    + "J1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2Qv"
    + "Xt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRu"
    + "OopznQ",
  p: "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDc"
    + "mnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
  q: "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-"
    + "TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
  dp: "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV"
    + "2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
  dq: "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_"
    + "-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
  qi: "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoO"
    + "PLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
};
export const RSA_TEXT = ascii("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");

/** By digest. */
export const RSA_SIGNATURES = {
  "SHA-256": "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t"
    + "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12j"
    + "zDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ"
    + "Ge77Rw",
  "SHA-1": "d7Ni7B9xEcinPE2L4U_imjdmAc96m82bP_VMSj8XjklIQNN_7ZZyQZm6kmI7SZX1kMZo37dLN74mOadkchB4LUoYjUzhPn2AmEUWNB7FxcBu487E"
    + "f9clPqErY7FfM1LnYrVnmSXHT-Zi7B146-zUkwbkDB5yfKq9AziylLxlf-BEfhxSSJDZD_T_0tDz-7_xqLQhrXYXj3zo2d9U67uDaGeFjraK-AcR"
    + "jj3sn_jtpV64_o3hK1kIdUDrGY-QppiQxLeAvwa3dVwTB2qaN9ym5rmZhg9JWmJ2JfJyIclaMRU8BE1N7J1Yhc0ToFyCwqZk7lOrzsMd1Ur369sk"
    + "2vY2nw",
  "SHA-384": "QMlqnIk4Jg6V4BsZGDb3PTKORZPw-eoUq-FsnjYifl08H95otuD2EHkUuDdfTGjEcJ6tgIehmwfchztWsgwuobaeMbRS44doIjGi4FaIHX4XlKcI"
    + "lUxSnJPQ2O8bWZF6vkvQaPBXjzwLDGKUTkJwwP052sCL-ivRWakkNETy66m2ODQjg4mN6EJI2o6_hRsklNEHPHjrTdOWnugAcEJ44e_fZ3cCFlP9"
    + "009ITkx9ZgiVR8ViI-KBgCY90JDhxneWKNzWidZaTg6TcEUQo73V1H4WSbzUVa7aLTFVc5OTSX-kO6GNrlCSKHx-M_yPDowT9ovfNX_UXJzxxMWW"
    + "wGaYCA",
  "SHA-512": "jVVNFquIjYtsXWDHTCFaq0UoNhuL2qq0KNQ3hx6V-dfxtc2obZ81vcL-mpmCxsnW5VzZtAuEM__uUpFTtoP65kGyVR8ebwUMhr_ra0JzpO4fS1Sr"
    + "HTu-f-GqPoN9LYXM_7pmT2dYbGw2-AqbLTutv-lBG04TQHbgJ3ISx14bjdACIRh8DGtQwvHQBpV_S-KM_yweOiqt5ff5GckMaaGqSuDTlVupVE46"
    + "NfXiE3tjf3PnnztWuOJ-lNNtQ0ojc-jGX7DpreVDWFkh4WpnC_dPVlhTpq8F-mKSsOEBc4B7-J_bnR80VNx2sCEq3GH49TRs2js-J0VIef8hX7H-"
    + "3aQt4g",
};

/** By digest and length of the salt. */
export const PSS_SIGNATURES = {
  "SHA-1/0": "NTxLQVEJmkPm2LRSKfHswL9aep7xwCTb9_JOGlsVbaoAhUCF5ZYmUqnKKeBQk1tiFT7yC8T-5kKmzrcDiU6EtieOOfs_J9bvMQfoL1siOr9LdT7f"
    + "550mwt1ZpJPA6Pv1rfc7-CT111rzefdEmGlHvQcRsvCzgwItp5lHYwP1nzSFNGtXJ45iWqEfhbfsg_FJTVO9exKKVS3caa4vuXjInC8jJAvEoNSz"
    + "eJ-6Kvajc1ZS8UKrLewJl_FUXWubayVtmHR5-qIaPLX-NMtVDu7v8F46Mx0qshGeC3-3bOiO4NcgqAXlzxg8rl7Y6tFmPf87cRwejt0vJSGNpXlw"
    + "uIGK5Q",
  "SHA-256/0": "iIdq6GXwevcIKrbYZxYmTcJ0bmtKmrCZg9v3BRlXe24dPKsS_wzSC7a-PBeEWIBLJO9rnDZIXz-izHPoYCBRXdFdLZlpeEnez7Z8DN-4vyO6nxbx"
    + "U6k2LKeV-LpBUx45IkjMr62pAUfTUcclgzRQoSxbUDHmbqGSkKTJmuS2_5P20eCDhq0cAkK7lTNVdfpnDAZSmwycNrvMQda_1XI8aAiKDDAeEYOE"
    + "0NcQKSvPbfToLyvyPrInFqKVtlp_p7UbdGobdM1miged7pZE1CLGt1tYY-zjNSp0j_J2NDdwUCH6Lc-Sz4N7tZ2uMEMxnJaLDSTl4eguH1nVi81b"
    + "8SVimw",
  "SHA-512/0": "Z4cl4ZkZspH5JWcEm1-MSeljUFfjgiqejat4BbZCU4WG8wQ4B1R_ZDKhD-zZCQlsk5zKuTQARATM1SZxqqtTqtLS3xfkaB4Pmn8Mt6fEt8pdtxZd"
    + "wpOtks9oI1l02AL8eMAg7E0WW7CzeU0YRwWwk-jcEjoCmO3csijebkf1bMIMMvMGDeIVUF6gf314jC-TudndEMWdpBk5aEVL-3p58couO46m9D8C"
    + "RWJn9A4MTaIz1RCpWuO4jxLoXtO8_ujWIWlKCIHcquTzVKyIehitBgakjslhbdAealqD0GNxok6xYwUhOAVgOuJCXFcYzukWO26FxIPf_q-HbRDw"
    + "SKkSwA",
  "SHA-256/32": "AaAVgqbvhi-KSJGbIPTbyYzd0As22fkq6VDQbhtcGLAWoQS3Nz3aR8yGxnpfNNSo_Jifg0YlBgpaXcL4FVXTd-4tsJKWWKwLAS3wkTipiDsKSWf5"
    + "tbZYZULAzf8qaZ-cgN8e7wAjXgdnYmCZvwKLrgOS0-ZY8EPthLk2ObLtA2eCeQYH1G1mze0VvkGrwuBIN8fdHRHKWhRPItvAqlrYz4cfjV6MuPgf"
    + "30FhqEtFpIHB_THHWOwacOc6nDtSE1M8Ak8QH8rKbvA77GTBWLWNOaI3mVC1AhNegdqFf7zG4V0sPaD0DnBCUlTIgtOqEKX03k_VW9JS4xLUswVd"
    + "NW_zIg",
  "SHA-384/11": "hPT1CiXAR7qos2xA9VqXCqdk_x1ZEnoMUNyoE6YKwHZG4prvV6dkKRdLetVQfyEiLzhOVmEHnDJe_PAz5inBFntzX5RzhsMpr3PFtRycLYyr8mnj"
    + "x0WA-hXZrB2mHIFkaGg-G_pA687P3F4ARogTA7glsX6dCp5X1lWxfO2gLlC1pEne-CLVKWj6db-c-VBu58-XRqH3__1WWEj7RcmGR8xBtBGD3E4P"
    + "O9rpVbQ4qax2EYJqhyn5m9z8OrhigtcWeeuVMFdVKrx-vAtpuNQBdFc62kqIzlERg3F7WuAsEf9wOvSByVsD3OEbbpjhb05VuQc5pAhEGSKlRBI4"
    + "_4MaUg",
};

/** By digest: "a secret"; that of SHA-256 with the label "a label". */
export const OAEP_DATA = {
  "SHA-1": "YS2Q1Xb9CAz1fhwSZGcONxtq7EX8kyz04gswb1IkmrnabGMFiieeBmxfMyk-iYwbCtwgQduf6Sl5Env6_Zc54ddJLeKvCL_UtTCFJgqiX1xWr8mu"
    + "34yomHe8gBh-XZxrLxwI3nYc6JRKcdLec0Tjp037up5eGpUnZIo7PYobwZgOI9Oa1OqNP4ZhxlKrkQ3KLNNZOpefoUB9KHidvQmb6Xv_qyi8yFoM"
    + "NsrxUwhj9FQ8jKTwIOSrHmGoNbpu7hMQb4BMu9Tvh2N8sqREFYkyGRE8_Nkr9hjM7X0teL2QnDRjNytejm7IPCVfrvdY-_aL5Dt7ZjblCbpH677U"
    + "FVtFqw",
  "SHA-256": "YZF123da5SNbs13TqEU8wBxdc4ocVYnSA05lnDtnEm9xFF-IPSEiQyfJHxk01j32UV4X7hIqp2GEBgGYS9VKdtYsTXY8-67V8YAoCcVF6DTFPkHO"
    + "uAE-oeEnUL-hJw__6oZr-nqGRHz3EP9b4QIjwU-C5w2Sfi0PC9cAiVDFeKCPHP0oniU5W9kY-5wqCzdmyFKrYLUk672_gGg4WE5dXct4vbetpGgM"
    + "xgn666uBPxh4OR3rB9UmX7n3z74Be_uMc1iV_aMpuoIXMzAQuFCWVU6y_8baU5b0pLJlTdvnQYy_nJjb4AsS2MzYHo1XPjcaPMgVr62gLQtgHtuI"
    + "QbU_Qw",
  "SHA-512": "i-dJ3SpP0fBXvNFjTDQ3HttaGV8ufTHr5wlLNw-uzGtFRdmWNDAv4SqBcARtHAqX_L7Zp9nCxhnxJt3i7f1pFnU5OmDPUf5yhKADHzGCLbya6lNF"
    + "wtXu3h8CbTSRyvmaERgOBni2H6HPVSl7YD23VwePU1OxPHmfhpe_o3nIAm9VC1bGrjI5uP2BODV3Zy-2BaZLFQ4FW70z91kvp53_ksYbq6BoXoku"
    + "JAfvXwNjGkbrbUZFzqJcOastHkK2l68SfVHHOHVf72-ME9RhV2e89-n80XqCVT2AC7C2pOxeHVtb4L4_upV2TxvQnB_ln2lDNtUqTY-gr96rnC7O"
    + "76b0cw",
};

export const RSA_SPKI =
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw"
  + "-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5"
  + "z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NA"
  + "co9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQIDAQAB";

export const RSA_PKCS8 =
  "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh-BYK4uPJtGXOjS1lYmM2K5J9vinh8CR3_BYlzJChNuOL2TSXxbbqY913EeZ8"
  + "dCn5VrD7io8ImtxLaYk8wTM_U-3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNnjuygxmj3AbONv_s4yDQs4v5tJ_reSlpI"
  + "dJed1LnPmt7Ex1sFhSwsD174pcF1A5L5ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkftoaHLFcW9Qr4NY2a"
  + "i50Xw0Byj3-H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHgVFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW"
  + "PEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0"
  + "QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl"
  + "_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0KpLttoLhyt3SmqdEf"
  + "_kgHePDdtzEafpAu-cS191R2JiuoF2yzWXnwFDcqGigp5BNr0AHQfD8_Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE"
  + "lMGAg-C2V0L4oNXnP7LZcPAZRwKBgQC5A8R-CZW2MvRTLLHzwZkUXV866cff7tx6kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsL"
  + "q6XtON4tB5kP9jAPrq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS_l1OW1EnXUEoEHKl54Xrrz2uNwkgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp"
  + "1vsM5fggqPN1qGb5y0MAk3g7_Ls5bkUp5u9SN0Ai3Ya6hNnvWJMb7sXQX6U_zyO2M_hTip7tUeh7CXgwo59dkpN75gJLVds29-DAncu3KXU4f2Fa"
  + "-7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf_evpitUf-4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG"
  + "yoAe9fa65iNqCq-jdw6PVNGo2hxfjSiZ8IIzHdsPXI89__pMjZcQK9r-CCoRjaZjOYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7"
  + "DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW"
  + "0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U";

/** RFC 6979, appendix A.2: private key, point, and signatures of "sample". */
export const EC = {
  "P-256": {
    d: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
    x: "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
    y: "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    signatures: {
      "SHA-256": "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        + "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
      "SHA-1": "61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d32"
        + "6d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb",
    },
  },
  "P-384": {
    d: "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
    x: "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13",
    y: "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
    signatures: {
      "SHA-384": "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46"
        + "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
    },
  },
  "P-521": {
    d: "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538",
    x: "01894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd371123d46e45db6b5d5370a7f20fb633155d38ffa16d2bd761dcac474b9a2f5023a4",
    y: "00493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0db25741b5b34a828008b22acc23f924faafbd4d33f81ea66956dfeaa2bfdfcf5",
    signatures: {
      "SHA-512": "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa"
        + "00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a",
    },
  },
};

export const ecJwk = (curve, isPrivate) => ({
  kty: "EC", crv: curve, x: text64(hex(EC[curve].x)), y: text64(hex(EC[curve].y)),
  ...(isPrivate ? { d: text64(hex(EC[curve].d)) } : {}),
});

/** RFC 8037, appendix A.1 and A.6; RFC 7748, section 6.1. */
export const ED25519 = { kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
export const X25519 = { kty: "OKP", crv: "X25519", d: "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo",
  x: "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo" };
export const X25519_PEER = "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08";
export const X25519_SECRET = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
