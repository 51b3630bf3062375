import express from 'express';
import multer from 'multer';
import { Staff } from './staff.mjs';

const maximumPhotoBytes = 10 * 1024 * 1024;

/**
 * The server that every variant shares.
 * @param {object} variant
 * @param {import('./face-engine.mjs').FaceEngine} variant.engine
 * @param {(file: Buffer) => Promise<{data: Buffer, width: number, height: number}>} variant.decode
 * @param {<T>(work: () => Promise<T>) => Promise<T>} [variant.schedule] around decoding and inference, the body already read
 * @param {import('express').RequestHandler} [variant.admit] before the body is read
 */
export function startServer({ engine, decode, schedule = work => work(), admit = (request, response, next) => next() }) {
  const app = express();
  const upload = multer({ storage: multer.memoryStorage(), limits: { fileSize: maximumPhotoBytes } }).single('image');
  const staff = new Staff();
  const embed = file => schedule(async () => engine.embed(await decode(file.buffer)));

  function requirePhoto(request, response, next) {
    if (request.file)
      return next();
    response.status(400).json({ title: 'No photo: send it as the multipart field «image»' });
  }

  app.get(['/health', '/health/ready'], (request, response) => {
    response.json({ status: 'healthy', model_loaded: true });
  });

  app.post('/api/enroll', admit, upload, requirePhoto, async (request, response) => {
    const embedding = await embed(request.file);
    if (!embedding)
      return response.status(422).json({ title: 'No face in this photo' });
    staff.enrol(request.query.id, embedding);
    response.status(201).json({ employee_id: request.query.id });
  });

  app.post('/api/clock', admit, upload, requirePhoto, async (request, response) => {
    const embedding = await embed(request.file);
    if (!embedding)
      return response.status(422).json({ title: 'No face in this photo' });
    const { employeeId, similarity, accepted } = staff.match(embedding);
    response.json({
      success: accepted,
      decision: accepted ? 'accepted' : 'unknown',
      staff: accepted ? { employee_id: employeeId } : null,
      similarity: Number(similarity.toFixed(4)),
    });
  });

  app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', problem => {
    if (problem)
      throw problem;
  });
}
