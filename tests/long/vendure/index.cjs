/*
 * A Vendure shop for `tests/long/vendure_for_real.py`: SQLite, one process, nothing but what Vendure brings.
 *
 *   node index.cjs --packages FOLDER --data FOLDER --port 3000 [--products FILE.csv]
 *
 * FOLDER of packages is one with `node_modules/@vendure/core`. With --products the shop is made: countries, taxes and
 * these products. Without it the shop of the data folder is started. It says `listening` when it takes requests. The
 * administrator's name and password are in VENDURE_USER and VENDURE_PASSWORD.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');
const { parseArgs } = require('node:util');

const { values: given } = parseArgs({
    options: {
        packages: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string' },
        products: { type: 'string' },
    },
});

const load = createRequire(path.join(path.resolve(given.packages), 'package.json'));
const core = load('@vendure/core');
const { populate } = load('@vendure/core/cli');

const data = path.resolve(given.data);
fs.mkdirSync(data, { recursive: true });

const config = core.mergeConfig(core.defaultConfig, {
    apiOptions: { hostname: '127.0.0.1', port: Number(given.port), adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
    authOptions: {
        tokenMethod: ['bearer', 'cookie'],
        superadminCredentials: { identifier: process.env.VENDURE_USER, password: process.env.VENDURE_PASSWORD },
    },
    dbConnectionOptions: {
        type: 'better-sqlite3',
        database: path.join(data, 'vendure.sqlite'),
        synchronize: Boolean(given.products),
        logging: false,
    },
    importExportOptions: { importAssetsDir: data },
    paymentOptions: { paymentMethodHandlers: [core.dummyPaymentHandler] },
    logger: new core.DefaultLogger({ level: core.LogLevel.Warn, timestamp: false }),
});

const INITIAL = {
    defaultLanguage: core.LanguageCode.en,
    defaultZone: 'Asia',
    taxRates: [{ name: 'GST', percentage: 9 }],
    shippingMethods: [{ name: 'Courier', price: 500 }],
    paymentMethods: [
        {
            name: 'Card',
            handler: { code: core.dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'false' }] },
        },
    ],
    countries: [{ name: 'Singapore', code: 'SG', zone: 'Asia' }],
    collections: [],
};

async function main() {
    if (given.products) {
        // Nothing is imported into a shop that is there already: the same file twice would be the products twice.
        const app = await populate(() => core.bootstrap(config), INITIAL, given.products);
        await app.close();
    }
    await core.bootstrap(config);
    console.log('listening');
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
